using Duramen.Cli.Parsing;
using Duramen.Client;

namespace Duramen.Cli.Clients;

/// <summary>The client of one command, and the arguments that say where its cluster is and what is meant there.</summary>
internal static class ClientSession
{
    /// <summary>Where the server is when nobody says it.</summary>
    public const string DefaultBootstrap = "127.0.0.1:9092";

    private const string BootstrapVariable = "DURAMEN_BOOTSTRAP";

    public static CommandArgument Topic { get; } = new("TOPIC", "the name of the topic");

    public static CommandArgument Group { get; } = new("GROUP", "the id of the group");

    public static CommandOption Bootstrap { get; } = new(
        "--bootstrap", "HOST:PORT", $"a server of the cluster, or several with commas between them (default: {BootstrapVariable}, or else {DefaultBootstrap})");

    public static CommandOption Partition { get; } = new("--partition", "N", "this partition only", new(0, int.MaxValue));

    /// <exception cref="UsageException">What the option or the variable says is no address.</exception>
    public static KafkaClient Open(CommandInput input)
    {
        string? set = Environment.GetEnvironmentVariable(BootstrapVariable);
        string bootstrap = input.Text(Bootstrap.Name) ?? (string.IsNullOrEmpty(set) ? DefaultBootstrap : set);
        try
        {
            return new KafkaClient(new ClientOptions
            {
                BootstrapServers = bootstrap,
                ClientId = "duramen-cli",

                // Whoever types a command wants to know at once that nobody is there.
                UnreachableTimeoutMs = 0,
            });
        }
        catch (ClientException invalid) when (invalid.Code == ClientErrors.InvalidOption)
        {
            string source = input.Has(Bootstrap.Name) ? Bootstrap.Name : $"The environment variable {BootstrapVariable}";
            throw input.Wrong($"{source} is '{bootstrap}' and must be HOST:PORT, or several with commas between them; an IPv6 address goes in brackets");
        }
    }

    /// <summary>The NAME=VALUE pairs of an option.</summary>
    /// <exception cref="UsageException">One of them is no pair, or a name is there twice.</exception>
    public static Dictionary<string, string> ReadPairs(CommandInput input, CommandOption option)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in input.Texts(option))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !pairs.TryAdd(pair[..equals], pair[(equals + 1)..]))
            {
                throw input.Wrong(equals < 1 ? $"{option.Name} is '{pair}' and must be NAME=VALUE" : $"{option.Name} names '{pair[..equals]}' twice");
            }
        }

        return pairs;
    }
}
