/** Every twelfth word of the EFF large word list (CC BY 3.0 US, Electronic Frontier Foundation), which dice choose from. */
export const DICEWARE: readonly string[] = `
ability absently accuracy acronym acuteness affirm afterlife agility ahead algorithm almost aluminum ambulance
ammonia amulet anchovy angles animosity antarctic antiques anyhow appear applied aptitude arise armrest
arrogant askew astronomy attempt auction autism avenue awhile backboned backlit backstage badge bagging
balsamic bankroll barista barrier batch blabber blatancy bling blog blurred bobcat bonanza bonus boots both
boxer brethren bring broadside brought brutishly buddhism bulge bullring bunt cable cahoots calzone cancel
canola capitol caravan caretaker carpentry cartwheel casualty catchy cattishly cautious census chair chaplain
charred cheating chess childish chloride chowtime cinch citric clang clause clerk clobber clubhouse coasting
coerce cola colonial comma compacted composer conceded condition configure congested consoling contempt
convene cork corny corset could coyness craftsman crawfish crease creole cricket crispness crowbar crumpet
crying culminate curator cursive custodian cymbal dallying daringly data daylong dean decal decibel decoy
deface deferred defog deity delirium democracy dental deploy deranged deskwork detector deviate dexterous dice
diligence dingbat dipping disarray discover dislocate dispatch disregard distrust divisible dodge domestic
doorman dose dragster dreaded drench drippy dropbox dubiously duke durable dwelled earache earshot easiness
ebony ecosphere effective either elephant elixir elves embolism empathy emptier encode endless energy enhance
enrage entitle enviable epilepsy equivocal escalate essence ethanol evasive evolution exciting exemplary exit
expel explore extent fable facing fall fanfare favorable feisty fernlike fetch fifty finale finishing
flagstone flashbulb flatterer flick floral fog fool footnote founding frame freedom freezable friday fritter
frown gaining gambling gargle gauntlet generous geometry getting giggle gizmo glare glitch gloss goatskin gong
gory graded grandly grappling gravitate grew grimy groovy grueling guiding gurgle habitable halogen handbook
handiness handset hangup hardcopy hardship harpist hatchet hazing headlamp headway helium herald hesitant
human humorous huntress hush hyphen icing ideology imaginary immorally impending impolite impromptu ion
irritate itinerary jailhouse jawless jet jogger joylessly juggling juncture justify keep kilometer kinship
knapsack laborer lair landmass lapped latitude laziness lego letdown liberty likeness limpness liquefy lively
lucrative lunar luster lyrics magma majesty mammogram manhandle manmade marbled maritime mascot matching
matter moaning module monastery monogram moocher moonstone mortally motivator mousiness mud mumbling murky
mustang mutt naming native nearness negotiate neurosis nimbly numbing nutcase oat obscure obtain octane omen
onscreen opal opposing outage outer outlying outscore outweigh overboard overdue overhaul overlook overreact
overstate overturn oxymoron paddle paltry panic paprika paramedic parking partly passive pasty patronage
payday peddling pencil pep perjury peso pettiness photo plated playful playtime plot pod poking polymer
populate poser posting powdery preacher preface premises preset pretty primarily privacy procedure professor
prominent propeller protozoan provoke pruning pulse pupil purify purveyor puzzle qualifier query quit radar
ragged ramble ransack ravioli reapply rebel recapture reclining recount reenact refinish refract refutable
regretful rejoice relearn relive remember removed renounce repacking replay reprocess request resemble
resigned resubmit rethink retread reuse reversion revolt ribbon rifling ripcord ritzy robe rockstar roulette
rubber rummage rush sadly said salutary sandbag sandstorm sardine sauciness scabby scant scenic scolding scorn
scrambler scrounger secluded sedate selective senator septum sesame shabby shaking share shell shindig shopper
shortness showman shriek shudder siesta silt single situated sizzle skied skinhead skyline slander sleet
slighting sloped sly smite smother snarl snooze snowfall snuff speckled spender spinach spiritual splurge
spookily spotting sprinkled squabble squeegee stabilize stainless starboard starring static steadying step
stiffness stingray stomp stoppage stowaway stratus stricken strongly stubborn stump stylized sublease
subscribe subtitle sudden suitable sultry supply surgical survive swampland swiftly swivel symptom tabby
tactful talisman tapeless tartar tattoo theorize thigh thirty thriving thursday tighten timothy tiny traction
tranquil trapping treble tribesman tricolor trinity trouble trustee tuition turmoil twentieth twisted ultra
unarmored unblended unbutton unclamped uncooked uncurled undercut undermost underwire unearned unequal
unfitted unfunded unhealthy unified unisexual unlaced unlinked unluckily unmixed unnoticed unpinned unraveled
unripe unsaved unselfish unsliced unstamped unsure untie untrimmed unveiled unwed unworthy upgrade upriver
uptake urging utility vaguely vantage vaseline vendor verify vexingly viewpoint viper visiting vocalist voting
waggle wanting washout whacky whomever wielder wildness winking wisplike womanless worrisome wrecker wrongful
yeah yin zen zombie
`
  .trim()
  .split(/\s+/)
