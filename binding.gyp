{
  # CMakeLists.txt is the one build description; this only calls it.
  "targets": [
    {
      "target_name": "hft",
      "type": "none",
      "actions": [
        {
          "action_name": "build_native",
          "inputs": [],
          "outputs": ["out/native/always"],
          "action": ["node", "<(module_root_dir)/scripts/native.mjs"]
        }
      ]
    }
  ]
}
