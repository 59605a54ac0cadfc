using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Microsoft.Extensions.Logging;

namespace Duramen.Cli.Server;

internal static class ServerCommand
{
    private static readonly CommandOption Data = new("--data", "DIR", "the data folder; ./duramen-data by default");
    private static readonly CommandOption Kafka = new("--kafka", "HOST:PORT", "where Kafka clients connect; 127.0.0.1:9092 by default, port 0 takes a free one");
    private static readonly CommandOption Http = new("--http", "HOST:PORT", "where HTTP is served; 127.0.0.1:8080 by default, 'none' for nowhere");
    private static readonly CommandOption Config = new("--config", "FILE", $"the settings; {SettingsReader.DefaultFile} in the working folder by default, if it exists");

    public static Command Command { get; } = new()
    {
        Name = "server",
        Summary = "Serve Kafka clients",
        Description = """
            When it can serve it prints one line, "ready kafka=HOST:PORT http=HOST:PORT ms=N", and goes on until it gets SIGTERM or SIGINT; then it answers
            what was begun, and ends with exit code 0. Settings come from the section Duramen of the file, then from environment variables such as
            DURAMEN__SERVER__DATA, then from the options; a setting that does not exist is an error.
            """,
        Arguments = [],
        Options = [Data, Kafka, Http, Config],
        Examples =
        [
            "duramen server",
            "duramen server --data /var/lib/duramen --kafka 0.0.0.0:9092 --http none",
        ],
        RunsUntilStopped = true,
        Run = RunAsync,
    };

    /// <summary>The line by which a script knows that a server can be used, and where.</summary>
    public static string Ready(DuramenNode node) => FormattableString.Invariant(
        $"ready kafka={node.KafkaEndPoint} http={node.HttpEndPoint?.ToString() ?? "none"} ms={(long)node.StartTime.TotalMilliseconds}");

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        ServerOptions settings = Override(SettingsReader.Read(input.Text(Config.Name), Environment.GetEnvironmentVariables()), input);
        using var loggers = new LoggerFactory([new StandardErrorLog(LogLevel.Warning)]);
        DuramenNodeOptions options = settings.Node with { Loggers = loggers };
        if (settings.CertificatePath is string path)
        {
            var certificate = new CertificateFiles(path, settings.KeyPath);
            certificate.Current();
            options = options with { Certificate = certificate.Current };
        }

        // Most of both is loading code, which two threads do in less time than one.
        Task<IDisposable?> exporting = settings.Telemetry.Endpoint is null ? Task.FromResult<IDisposable?>(null) : Task.Run(() => TelemetryExport.Start(settings.Telemetry, options));
        Task<DuramenNode> starting = DuramenNode.StartAsync(options, interrupted);
        using IDisposable? export = await exporting.ConfigureAwait(false);
        await using DuramenNode node = await starting.ConfigureAwait(false);
        using (var output = new StandardOutput())
        {
            output.WriteLine(Ready(node));
            output.Flush();
        }

        await Task.Delay(Timeout.Infinite, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return CommandRunner.Done;
    }

    private static ServerOptions Override(ServerOptions settings, CommandInput input)
    {
        foreach ((CommandOption option, string name) in new[] { (Data, "Server:Data"), (Kafka, "Server:Kafka"), (Http, "Server:Http") })
        {
            if (input.Text(option.Name) is string value)
            {
                try
                {
                    settings = ServerSettings.Find(name)!.Apply(settings, value);
                }
                catch (FormatException wrong)
                {
                    throw input.Wrong($"{option.Name} is '{value}' and must be {wrong.Message}");
                }
            }
        }

        return settings;
    }
}
