using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>A server on a folder and a port of its own while a test runs, for the commands that talk to one.</summary>
internal sealed partial class RunningServer : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly TemporaryFolder? _own;
    private readonly Process _process;
    private bool _isStopped;

    /// <param name="folder">The folder, which stays; one of its own by default.</param>
    public RunningServer(TemporaryFolder? folder = null)
    {
        _folder = folder ?? (_own = new TemporaryFolder());
        _process = Executable.Start("server", "--data", _folder.Data, "--kafka", "127.0.0.1:0", "--http", "127.0.0.1:0");
        _process.BeginErrorReadLine();
        Match ready = Ready().Match(_process.StandardOutput.ReadLine() ?? "");
        Assert.True(ready.Success, "The server did not say that it is ready.");
        Bootstrap = ready.Groups["address"].Value;
        Http = ready.Groups["http"].Value;
    }

    /// <summary>Where it listens for Kafka clients.</summary>
    public string Bootstrap { get; }

    /// <summary>Where it listens for HTTP.</summary>
    public string Http { get; }

    /// <summary>Its data folder, which is free once it has stopped.</summary>
    public string Data => _folder.Data;

    /// <summary>Stops it in order.</summary>
    public void Stop()
    {
        if (!_isStopped)
        {
            Executable.Signal(_process, "-TERM");
            Executable.End(_process);
            _isStopped = true;
        }
    }

    public void Dispose()
    {
        Stop();
        _process.Dispose();
        _own?.Dispose();
    }

    [GeneratedRegex("^ready kafka=(?<address>[^ ]+) http=(?<http>[^ ]+) ")]
    private static partial Regex Ready();
}
