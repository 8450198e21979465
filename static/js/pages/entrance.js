// The entry point of pages for signed-out visitors. A bundle apart from accounts.js, which shares modules with
// signed-in.js.

import "./accounts.js"
