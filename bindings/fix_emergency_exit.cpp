#include "bindings/fix_emergency_exit.hpp"

#include "bindings/arguments.hpp"
#include "bindings/fix_sessions.hpp"
#include "native/stream/emergency/fix_emergency_exit.hpp"

namespace hft::bindings {
namespace {

constexpr napi_type_tag kTag = {0x6866745f66697865ULL, 0x6d65726765786974ULL};

struct ExitHolder {
  std::shared_ptr<stream::FixEmergencyExit> exit;
};

/// `(sessions, session)`: the exit over a session of a NativeFixSessions.
napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto exit = openFixEmergencyExit(arguments, 0, 1);
  if (exit == nullptr) return nullptr;
  wrap(env, arguments.self(), std::make_unique<ExitHolder>(std::move(exit)), kTag);
  return arguments.self();
}

napi_value setInstrument(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<ExitHolder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  const auto instrument = arguments.integer(0, "instrument", 0, kNoInstrument - 1);
  if (!instrument) return nullptr;
  auto text = arguments.text(1, "text");
  if (!text) return nullptr;
  const auto decimals = arguments.integer(2, "qtyDecimals", 0, 18);
  if (!decimals) return nullptr;
  holder->exit->setInstrument(
      static_cast<InstrumentId>(*instrument),
      fix::CancelTemplate(std::move(*text), static_cast<std::uint32_t>(*decimals)));
  return nullptr;
}

napi_value setAccount(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<ExitHolder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  const auto account = arguments.integer(0, "account", 0, 65'535);
  if (!account) return nullptr;
  auto text = arguments.text(1, "text");
  if (!text) return nullptr;
  holder->exit->setAccount(static_cast<std::uint16_t>(*account), std::move(*text));
  return nullptr;
}

}  // namespace

stream::EmergencyExit emergencyExitOf(napi_env env, napi_value value) {
  auto* holder = unwrap<ExitHolder>(env, value, kTag);
  if (holder == nullptr) return {};
  return {holder->exit, &stream::FixEmergencyExit::sendBy};
}

void registerFixEmergencyExit(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeFixEmergencyExit", construct,
              {{"setInstrument", setInstrument}, {"setAccount", setAccount}});
}

}  // namespace hft::bindings
