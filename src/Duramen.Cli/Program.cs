using System.Runtime;

// A large state whose keyframes are written leaves gaps in memory, and to close them at once holds every thread: measured 200 ms for 300,000 keys. They are closed when memory gets short.
GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
return await Duramen.Cli.Commands.CommandRunner.RunAsync(args).ConfigureAwait(false);
