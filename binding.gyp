# For node-gyp and prebuildify only: CMakeLists.txt is the list of sources, and cmake-js builds it.
{
  'targets': [{
    'target_name': 'pdfnet_trt',
    'type': 'none',
    'actions': [
      {
        'action_name': 'build_with_cmake_js',
        'inputs': ['CMakeLists.txt'],
        'outputs': ['build/cmake/Release/pdfnet_trt.node'],
        'action': [
          'node', '<!(node -p "require.resolve(\'cmake-js/package.json\').slice(0, -12)")bin/cmake-js',
          'build', '--out', 'build/cmake', '--log-level', 'warn',
        ],
      },
      {
        'action_name': 'copy_to_product_folder',
        'inputs': ['build/cmake/Release/pdfnet_trt.node'],
        'outputs': ['<(PRODUCT_DIR)/pdfnet_trt.node'],
        'action': ['cmake', '-E', 'copy', 'build/cmake/Release/pdfnet_trt.node', '<(PRODUCT_DIR)/pdfnet_trt.node'],
      },
      {
        'action_name': 'copy_build_program',
        'inputs': ['build/cmake/Release/pdfnet_trt.node'],
        'outputs': ['<(PRODUCT_DIR)/pdfnet-trt-build'],
        'action': ['cmake', '-E', 'copy', 'build/cmake/Release/pdfnet-trt-build', '<(PRODUCT_DIR)/pdfnet-trt-build'],
      },
    ],
  }],
}
