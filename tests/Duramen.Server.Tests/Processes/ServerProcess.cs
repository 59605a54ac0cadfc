using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Duramen.Testing.Kafka;
using Duramen.Testing.Processes;

namespace Duramen.Server.Tests.Processes;

/// <summary>The real server, as a process of its own on free ports.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    // Far longer than anything here takes on a slow machine: a hanging program fails its test instead of the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string Executable = Path.GetFullPath(
        typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "DuramenExecutable").Value!);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ServerProcess(Process process, Task<string> errors, IPEndPoint kafka, IPEndPoint http)
    {
        _process = process;
        _errors = errors;
        Kafka = kafka;
        Http = http;
    }

    public IPEndPoint Kafka { get; }

    public IPEndPoint Http { get; }

    /// <summary>What it said on standard error, once it has ended.</summary>
    public string Errors => _errors.Result;

    /// <summary>What the process has in memory now, in bytes.</summary>
    public long ResidentBytes =>
        1024 * long.Parse(
            File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);

    /// <summary>Starts it on a folder and returns when it serves.</summary>
    public static ServerProcess Start(string folder, params (string Name, string Value)[] environment) => Await(Begin([], [.. Arguments(folder)], environment));

    /// <summary>Starts it where it listened before.</summary>
    public static ServerProcess StartAt(string folder, int port) => Await(Begin([], Arguments(folder, port), []));

    /// <summary>Starts it under a tracer that makes system calls on one path fail.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="fault">The fault, as the tracer has it.</param>
    /// <param name="path">The path; null for all.</param>
    public static ServerProcess StartWithFault(string folder, string fault, string? path)
    {
        Tool.Require("strace", "strace");
        string call = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        string[] only = path is null ? [] : ["-P", path];
        return Await(Begin(["strace", "-f", "--seccomp-bpf", "-D", "-o", "/dev/null", .. only, "-e", $"trace={call}", "-e", $"inject={fault}"], [.. Arguments(folder)], []));
    }

    /// <summary>Runs it where it is expected not to start; returns its exit code and what it said.</summary>
    public static (int ExitCode, string Errors) Refuse(string folder, params string[] arguments)
    {
        using Process process = Begin([], arguments.Length == 0 ? Arguments(folder) : ["server", "--data", folder, .. arguments], []);
        Task<string> errors = process.StandardError.ReadToEndAsync();

        // One that starts after all says nothing more, and would be waited for for ever.
        string? ready = process.StandardOutput.ReadLine();
        if (ready is not null)
        {
            process.Kill();
            Assert.Fail($"The server started: {ready}");
        }

        End(process);
        return (process.ExitCode, errors.Result);
    }

    public Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(Kafka);

    /// <summary>What another process of the program prints that asks this one, by its Kafka port.</summary>
    public string Ask(params string[] arguments) => Tool.Run(Executable, [.. arguments, "--bootstrap", Kafka.ToString()]);

    /// <summary>What <c>/health/ready</c> says.</summary>
    public async Task<(int Status, string Text)> AskReadyAsync()
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://{Http}/health/ready"));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Ends it as a failing machine does.</summary>
    public void Kill()
    {
        _process.Kill();
        End(_process);
    }

    /// <summary>Tells it to end, and waits until it has; returns its exit code.</summary>
    public int Stop()
    {
        Tool.Run("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
        End(_process);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static string[] Arguments(string folder, int port = 0) => ["server", "--data", folder, "--kafka", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--http", "127.0.0.1:0"];

    private static Process Begin(string[] wrapper, string[] arguments, (string Name, string Value)[] environment)
    {
        string[] all = [.. wrapper, Executable, .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static ServerProcess Await(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string? line = process.StandardOutput.ReadLine();
        Match ready = Ready().Match(line ?? "");
        if (!ready.Success)
        {
            process.Kill();
            throw new ToolException($"The server did not start: {line} {errors.Result}");
        }

        return new ServerProcess(process, errors, IPEndPoint.Parse(ready.Groups["kafka"].Value), IPEndPoint.Parse(ready.Groups["http"].Value));
    }

    private static void End(Process process)
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"Process {process.Id} did not end.");
        }
    }

    [GeneratedRegex(@"^ready kafka=(?<kafka>[^ ]+) http=(?<http>[^ ]+) ms=\d+$")]
    private static partial Regex Ready();
}
