// A page before one is signed in. Apart from accounts.js, as here is no signed-in.js from which it could have anything.

import "./accounts.js"
