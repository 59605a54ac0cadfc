using System.Diagnostics;
using System.Threading.Channels;
using Duramen.Testing.Processes;

namespace Duramen.Conformance.Tests.Drivers;

/// <summary>A driver that runs: its lines as they come, until it ends or is ended.</summary>
internal sealed class DriverProcess : IAsyncDisposable
{
    // Longer than anything takes on a machine with ten times the load: a driver that hangs fails its feature.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _what;
    private readonly Channel<DriverLine> _lines = Channel.CreateUnbounded<DriverLine>();
    private readonly List<DriverLine> _seen = [];
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private bool _stopped;
    private bool _disposed;

    private DriverProcess(Process process, string what)
    {
        _process = process;
        _what = what;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Every line so far that was waited for.</summary>
    public IReadOnlyList<DriverLine> Seen => _seen;

    public static DriverProcess Start(RealClient client, DriverRequest request)
    {
        if (!File.Exists(client.Needed))
        {
            string log = Path.Combine(Checkout.Installed, client.Name + ".log");
            throw new ToolException($"{client.Name} is not installed: {client.Needed} does not exist. {(File.Exists(log) ? File.ReadAllText(log) : "Run tests/Duramen.Conformance.Tests/Clients/install.")}");
        }

        string json = request.ToJson();
        var start = new ProcessStartInfo(client.Program, client.Driver is null ? [json] : [client.Driver, json])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = Path.Combine(Checkout.Installed, "node_modules");
        return new DriverProcess(Process.Start(start)!, $"{client.Name} {json[..Math.Min(json.Length, 400)]}");
    }

    /// <summary>Waits for the next line of a kind.</summary>
    public async Task<DriverLine> ExpectAsync(Func<DriverLine, bool> kind, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                DriverLine line = await _lines.Reader.ReadAsync(patience.Token);
                _seen.Add(line);
                if (kind(line))
                {
                    return line;
                }

                if (line.Error is not null && line.Record is null)
                {
                    throw new ClientException(line.Error.Value, $"{_what}: {line.Message}");
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"{_what}: {(failure is ChannelClosedException ? "ended" : "hangs")} before {what}.{await EndAsync()}\nIt said:\n{string.Join('\n', _seen.TakeLast(20))}");
        }
    }

    /// <summary>Waits until a number of records was read, counting from the first line.</summary>
    public async Task<IReadOnlyList<DriverLine>> ExpectRecordsAsync(int count)
    {
        while (_seen.Count(line => line.IsRecord) < count)
        {
            await ExpectAsync(line => line.IsRecord, $"record {count}");
        }

        return [.. _seen.Where(line => line.IsRecord)];
    }

    /// <summary>Takes the lines that came in the meantime without waiting for more.</summary>
    public void TakeLines()
    {
        while (_lines.Reader.TryRead(out DriverLine? line))
        {
            _seen.Add(line);
        }
    }

    /// <summary>Asks the driver to stop and takes its lines to the end.</summary>
    public Task<IReadOnlyList<DriverLine>> StopAsync()
    {
        _process.StandardInput.Close();
        _stopped = true;
        return ReadToEndAsync();
    }

    /// <summary>Takes the lines to the end.</summary>
    public async Task<IReadOnlyList<DriverLine>> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (DriverLine line in _lines.Reader.ReadAllAsync(patience.Token))
            {
                _seen.Add(line);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_what}: does not end.{await EndAsync()}\nIt said:\n{string.Join('\n', _seen.TakeLast(20))}");
        }

        await _process.WaitForExitAsync();
        return _process.ExitCode == 0 ? _seen : throw new ToolException($"{_what} ended with {_process.ExitCode}: {await _errors}");
    }

    /// <summary>Ends the driver, and what it started, as a crash would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Kill();
        await _reading;
        if (!_stopped)
        {
            _process.StandardInput.Close();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> EndAsync()
    {
        Kill();
        return "\n" + await _errors;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is string line)
            {
                _lines.Writer.TryWrite(DriverLine.Parse(line));
            }

            _lines.Writer.Complete();
        }
        catch (Exception failure)
        {
            _lines.Writer.Complete(failure);
        }
    }
}
