/**
 * Blue, green and vermillion, and sky blue and orange on dark, are of Okabe and Ito's palette, whose colours the
 * colour-blind tell apart, too. Every one of them has 3:1 to the card it is drawn on, and every text 4.5:1.
 */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --paper: #faf9f6;
  --card: #ffffff;
  --ink: #1d1b18;
  --quiet: #5f5a52;
  --line: #dbd6cc;
  --cookie: #0072b2;
  --app: #009e73;
  --store: #d55e00;
  --good: #00573f;
  --good-back: #e3f2ec;
  --mixed: #5f4700;
  --mixed-back: #fbf0d0;
  --bad: #9a3100;
  --bad-back: #fce8de;
  --link: #005a8f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #151413;
    --card: #1e1c1a;
    --ink: #ece8e1;
    --quiet: #aca59a;
    --line: #3d3934;
    --cookie: #56b4e9;
    --app: #1fb58a;
    --store: #e69f00;
    --good: #7fd6b5;
    --good-back: #16302a;
    --mixed: #ecc765;
    --mixed-back: #332b15;
    --bad: #f79f78;
    --bad-back: #3a2118;
    --link: #7cc4ee;
  }
}
`
