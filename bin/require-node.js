// Plain JavaScript of long ago on purpose: an old Node must be able to read this far.
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    'Sotto needs Node 24 or newer, and this is ' + process.version + '. No packaged node fits this machine (' +
      process.platform + '-' + process.arch + '): install Node 24 and run the command again.',
  );
  process.exit(2);
}
