// A stream was made: its token and the example can be copied.

import { offerCopies } from "../helpers/copy-buttons.js"

offerCopies()
