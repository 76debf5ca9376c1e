# Found by node-gyp through package.json: nothing to download, CMakeLists.txt brings the headers.
{}
