#pragma once

// The library's own headers, in one place: they warn, and they need two definitions where no
// config.h comes with them (Debian), or auto_ptr is used.
#if defined(__has_include)
#if __has_include(<quickfix/config.h>)
#include <quickfix/config.h>
#else
#define HAVE_STD_SHARED_PTR 1
#define HAVE_STD_UNIQUE_PTR 1
#endif
#if __has_include(<quickfix/Except.h>)
#define HFT_FIX_THROWS(...)
#else
/// Overriders must not throw more than QuickFIX's functions say.
#define HFT_FIX_THROWS(...) throw(__VA_ARGS__)
#endif
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wextra"
#include <quickfix/Acceptor.h>
#include <quickfix/Application.h>
#include <quickfix/Initiator.h>
#include <quickfix/Log.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#pragma GCC diagnostic pop
