// The addon that is shipped: a prebuild where one fits, else what was built here.
module.exports = require('node-gyp-build')(require('node:path').dirname(__dirname))
