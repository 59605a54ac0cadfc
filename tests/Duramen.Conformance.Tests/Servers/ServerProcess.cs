using System.Diagnostics;
using System.Net;
using Duramen.Testing.Processes;

namespace Duramen.Conformance.Tests.Servers;

/// <summary><c>duramen server</c> as users run it, which can be killed and started again at the same port.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ServerFolder _folder = new();
    private Process? _process;

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Checkout.Executable, ["server", "--data", _folder.File("data"), "--kafka", Address.ToString(), "--http", "none"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        start.Environment["DURAMEN__BROKER__GROUP_INITIAL_REBALANCE_DELAY_MS"] = "0";
        _process = Process.Start(start)!;
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        string? ready = await _process.StandardOutput.ReadLineAsync();
        Address = ready?.Split(' ') is ["ready", var kafka, ..] && IPEndPoint.TryParse(kafka["kafka=".Length..], out IPEndPoint? address)
            ? address
            : throw new ToolException($"The server did not start: {ready}{await errors}");
    }

    /// <summary>Kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is Process process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }
}
