// The page of a newly created stream: the copy buttons of its token and example.

import { offerCopies } from "../helpers/copy-buttons.js"

offerCopies()
