/** The program that a bench forks for each configuration. */

import { Matting } from '../matting/index.js'
import { serve } from './serve.js'

serve((options) => Matting.open(options))
