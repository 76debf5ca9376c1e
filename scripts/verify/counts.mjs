// What test runners count.

export function nothing() {
  return { passed: 0, failed: 0, skipped: 0 };
}

export function add(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/** A check that either holds or doesn't. */
export function single(holds) {
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0 };
}
