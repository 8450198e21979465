// The copy buttons of pages that show something once: a token, an example, a link.

import { offerCopies } from "../helpers/copy-buttons.js"

offerCopies()
