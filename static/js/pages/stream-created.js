// The page of a stream that was just created: copy its token and the example.

import { offerCopies } from "../helpers/copy-buttons.js"

offerCopies()
