import { formatBytes, formatNanos } from '../../telemetry/figures.js';
import type { Check, Machine } from './check.js';

const NODE_MIN = [20, 19] as const;
const MEMORY_BYTES_WANTED = 2e9;
const DISK_BYTES_WANTED = 2e9;
const OPEN_FILES_WANTED = 1024;

/** Everything that `hft doctor` looks at, required things first. */
export async function examine(machine: Machine): Promise<Check[]> {
  return [
    checkNode(machine),
    checkPlatform(machine),
    await checkAddon(machine),
    await checkLoopback(machine),
    checkCores(machine),
    checkMemory(machine),
    await checkDisk(machine),
    checkClock(machine),
    checkClockSource(machine),
    checkGovernor(machine),
    checkHugePages(machine),
    await checkOpenFiles(machine),
    ...(await Promise.all(TOOLS.map((tool) => checkTool(machine, tool)))),
  ];
}

function checkNode(machine: Machine): Check {
  const [major = 0, minor = 0] = machine.nodeVersion.replace(/^v/, '').split('.').map(Number);
  const isEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return {
    name: 'Node.js',
    status: isEnough ? 'ok' : 'fail',
    found: machine.nodeVersion,
    advice: isEnough ? '' : `install Node.js ${NODE_MIN.join('.')} or later (20, 22 or 24)`,
  };
}

function checkPlatform(machine: Machine): Check {
  const isTested = machine.platform === 'linux';
  return {
    name: 'platform',
    status: isTested ? 'ok' : 'warn',
    found: `${machine.platform} ${machine.arch}`,
    advice: isTested ? '' : 'only Linux is tested; the native part may not build here',
  };
}

async function checkAddon(machine: Machine): Promise<Check> {
  const problem = await machine.addonProblem();
  return {
    name: 'native addon',
    status: problem === undefined ? 'ok' : 'fail',
    found: problem ?? 'loads',
    advice: problem === undefined ? '' : 'npm run build:native',
  };
}

async function checkLoopback(machine: Machine): Promise<Check> {
  const problem = await machine.loopbackProblem();
  return {
    name: 'loopback',
    status: problem === undefined ? 'ok' : 'fail',
    found: problem ?? 'a port on 127.0.0.1 opens',
    advice: problem === undefined ? '' : 'allow sockets on 127.0.0.1 (demo, fake venues, tests)',
  };
}

function checkCores(machine: Machine): Check {
  const { count, model } = machine.cores();
  return {
    name: 'cores',
    status: count >= 2 ? 'ok' : 'warn',
    found: `${count} x ${model}`,
    advice: count >= 2 ? '' : 'with one core a venue on loopback competes with the hot path',
  };
}

function checkMemory(machine: Machine): Check {
  const { totalBytes, availableBytes } = machine.memory();
  const isEnough = availableBytes >= MEMORY_BYTES_WANTED;
  return {
    name: 'memory',
    status: isEnough ? 'ok' : 'warn',
    found: `${formatBytes(availableBytes)} free of ${formatBytes(totalBytes)}`,
    advice: isEnough
      ? ''
      : `have ${formatBytes(MEMORY_BYTES_WANTED)} free for builds and full days`,
  };
}

async function checkDisk(machine: Machine): Promise<Check> {
  const free = await machine.diskFreeBytes('.');
  const isEnough = (free ?? Number.POSITIVE_INFINITY) >= DISK_BYTES_WANTED;
  return {
    name: 'disk',
    status: isEnough ? 'ok' : 'warn',
    found: free === undefined ? 'unknown' : `${formatBytes(free)} free here`,
    advice: isEnough ? '' : 'captures of a day take gigabytes',
  };
}

function checkClock(machine: Machine): Check {
  const { stepNs, costNs } = machine.clock();
  const isFine = stepNs <= 1000;
  return {
    name: 'clock',
    status: isFine ? 'ok' : 'warn',
    found: `steps of ${formatNanos(stepNs)}, ${formatNanos(costNs)} a reading`,
    advice: isFine ? '' : 'latency figures below the step mean nothing',
  };
}

function checkClockSource(machine: Machine): Check {
  const path = '/sys/devices/system/clocksource/clocksource0/current_clocksource';
  const source = machine.readText(path)?.trim();
  const isTsc = source === undefined || source === 'tsc' || machine.arch !== 'x64';
  return {
    name: 'clock source',
    status: isTsc ? 'ok' : 'warn',
    found: source ?? 'unknown',
    advice: isTsc ? '' : 'a clock that is read through the kernel or hypervisor costs more: tsc',
  };
}

function checkGovernor(machine: Machine): Check {
  const path = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';
  const governor = machine.readText(path)?.trim();
  const isFine = governor === undefined || governor === 'performance';
  return {
    name: 'CPU governor',
    status: isFine ? 'ok' : 'warn',
    found: governor ?? 'not controlled here',
    advice: isFine ? '' : 'for steady latency: cpupower frequency-set -g performance',
  };
}

function checkHugePages(machine: Machine): Check {
  const text = machine.readText('/sys/kernel/mm/transparent_hugepage/enabled') ?? '';
  const mode = /\[(\w+)\]/.exec(text)?.[1];
  const isFine = mode === undefined || mode === 'madvise' || mode === 'always';
  return {
    name: 'huge pages',
    status: isFine ? 'ok' : 'warn',
    found: mode ?? 'unknown',
    advice: isFine
      ? ''
      : 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled (large books)',
  };
}

async function checkOpenFiles(machine: Machine): Promise<Check> {
  const text = (await machine.run('sh', ['-c', 'ulimit -n']))?.trim();
  const limit = text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
  const isFine = text === undefined || limit >= OPEN_FILES_WANTED;
  return {
    name: 'open files',
    status: isFine ? 'ok' : 'warn',
    found: text ?? 'unknown',
    advice: isFine ? '' : `ulimit -n ${OPEN_FILES_WANTED}`,
  };
}

interface Tool {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly purpose: string;
  readonly debianPackage: string;
}

const TOOLS: readonly Tool[] = [
  tool('C++ compiler', 'c++', ['--version'], 'builds the native part', 'g++'),
  tool('CMake', 'cmake', ['--version'], 'builds the native part', 'cmake'),
  tool('Ninja', 'ninja', ['--version'], 'builds the native part', 'ninja-build'),
  tool('ccache', 'ccache', ['--version'], 'makes the second build quick', 'ccache'),
  tool('QuickFIX', 'dpkg', ['-s', 'libquickfix-dev'], 'FIX sessions', 'libquickfix-dev'),
  tool('GoogleTest', 'dpkg', ['-s', 'libgtest-dev'], 'native tests', 'libgtest-dev'),
  tool(
    'google-benchmark',
    'dpkg',
    ['-s', 'libbenchmark-dev'],
    'native benchmarks',
    'libbenchmark-dev',
  ),
  tool(
    'simdjson',
    'dpkg',
    ['-s', 'libsimdjson-dev'],
    'the benchmarks compare with it',
    'libsimdjson-dev',
  ),
  tool('clang-format', 'clang-format-19', ['--version'], 'npm run check', 'clang-format-19'),
  tool('clang-tidy', 'clang-tidy-19', ['--version'], 'npm run check', 'clang-tidy-19'),
  tool('clang with libFuzzer', 'clang-19', ['--version'], 'npm run fuzz', 'clang-19'),
];

function tool(
  name: string,
  program: string,
  args: readonly string[],
  purpose: string,
  debianPackage: string,
): Tool {
  return { name, program, args, purpose, debianPackage };
}

async function checkTool(machine: Machine, wanted: Tool): Promise<Check> {
  const output = await machine.run(wanted.program, wanted.args);
  const version =
    /^Version: (.+)$/m.exec(output ?? '')?.[1] ?? output?.trim().split('\n')[0] ?? 'not found';
  return {
    name: wanted.name,
    status: output === undefined ? 'warn' : 'ok',
    found: version,
    advice:
      output === undefined ? `apt-get install ${wanted.debianPackage} (${wanted.purpose})` : '',
  };
}
