#pragma once

#include <cstddef>
#include <cstdint>

/// The part of libuv that watches sockets on Node's loop, declared by hand: the node binary
/// exports it, and its headers would have to be downloaded. Its ABI is stable within libuv 1.
/// Source: docs.libuv.org/en/v1.x, uv_poll_t, uv_timer_t, uv_handle_t.
extern "C" {

struct uv_loop_s;
/// A handle of any type, in memory of `uv_handle_size(type)` bytes. Its first member is `data`.
struct uv_handle_s {
  void* data;
};

std::size_t uv_handle_size(int type);
void uv_close(uv_handle_s* handle, void (*onClose)(uv_handle_s* handle));
int uv_is_closing(const uv_handle_s* handle);
void uv_unref(uv_handle_s* handle);
void uv_ref(uv_handle_s* handle);
int uv_poll_init(uv_loop_s* loop, uv_handle_s* handle, int fd);
int uv_poll_start(uv_handle_s* handle, int events,
                  void (*onReady)(uv_handle_s* handle, int status, int events));
int uv_poll_stop(uv_handle_s* handle);
int uv_timer_init(uv_loop_s* loop, uv_handle_s* handle);
int uv_timer_start(uv_handle_s* handle, void (*onTimer)(uv_handle_s* handle),
                   std::uint64_t timeoutMs, std::uint64_t repeatMs);
int uv_timer_stop(uv_handle_s* handle);

}  // extern "C"

namespace hft::net::uv {

/// uv_handle_type.
inline constexpr int kPollHandle = 8;
inline constexpr int kTimerHandle = 13;
/// uv_poll_event.
inline constexpr int kReadable = 1;
inline constexpr int kWritable = 2;

}  // namespace hft::net::uv
