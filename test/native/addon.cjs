// The addon of the tests: the same sources and the fake engine besides. Another build of it where one is named.
module.exports = require(process.env.PDFNET_TEST_ADDON ?? '../../build/native/pdfnet_trt_test.node')
