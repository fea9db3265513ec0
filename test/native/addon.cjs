// The addon of the tests: the same sources and the fake engine besides.
module.exports = require('../../build/native/pdfnet_trt_test.node')
