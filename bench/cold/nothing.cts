// What "import nothing" imports.
