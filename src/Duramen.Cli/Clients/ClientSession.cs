using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Duramen.Cli.Parsing;
using Duramen.Cli.UserFiles;
using Duramen.Client;

namespace Duramen.Cli.Clients;

/// <summary>The client of one command, and the arguments that say where its cluster is and what is meant there.</summary>
internal static class ClientSession
{
    /// <summary>Where the server is when nobody says it.</summary>
    public const string DefaultBootstrap = "127.0.0.1:9092";

    private const string BootstrapVariable = "DURAMEN_BOOTSTRAP";
    private const string TlsVariable = "DURAMEN_TLS";
    private const string SystemTrust = "system";

    public static CommandArgument Topic { get; } = new("TOPIC", "the name of the topic");

    public static CommandArgument Group { get; } = new("GROUP", "the id of the group");

    public static CommandOption Bootstrap { get; } = new(
        "--bootstrap", "HOST:PORT", $"a server of the cluster, or several with commas between them (default: {BootstrapVariable}, or else {DefaultBootstrap})");

    public static CommandOption Tls { get; } = new(
        "--tls", "FILE", $"speak TLS, and trust the certificates in this PEM file, or with '{SystemTrust}' those that the system trusts (default: {TlsVariable}, or else without TLS)");

    public static CommandOption Partition { get; } = new("--partition", "N", "this partition only", new(0, int.MaxValue));

    /// <exception cref="UsageException">What the option or the variable says is no address.</exception>
    public static KafkaClient Open(CommandInput input)
    {
        string bootstrap = Given(input, Bootstrap, BootstrapVariable) ?? DefaultBootstrap;
        try
        {
            return new KafkaClient(new ClientOptions
            {
                BootstrapServers = bootstrap,
                Tls = ReadTls(input),
                ClientId = "duramen-cli",

                // Whoever types a command wants to know at once that nobody is there.
                UnreachableTimeoutMs = 0,
            });
        }
        catch (ClientException invalid) when (invalid.Code == ClientErrors.InvalidOption)
        {
            throw input.Wrong($"{SourceOf(input, Bootstrap, BootstrapVariable)} is '{bootstrap}' and must be HOST:PORT, or several with commas between them; an IPv6 address goes in brackets");
        }
    }

    private static SslClientAuthenticationOptions? ReadTls(CommandInput input)
    {
        if (Given(input, Tls, TlsVariable) is not string trusted)
        {
            return null;
        }

        if (trusted == SystemTrust)
        {
            return new SslClientAuthenticationOptions();
        }

        // Nobody asks elsewhere about certificates that somebody handed out by hand.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        string source = SourceOf(input, Tls, TlsVariable);
        try
        {
            policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(UserFile.Read(trusted)));
        }
        catch (CryptographicException unusable)
        {
            throw input.Wrong($"{source} is '{trusted}', whose certificates cannot be read: {unusable.Message.TrimEnd('.')}");
        }

        return policy.CustomTrustStore.Count > 0
            ? new SslClientAuthenticationOptions { CertificateChainPolicy = policy }
            : throw input.Wrong($"{source} is '{trusted}', which holds no certificate in PEM");
    }

    // What an option says, or the environment where it is not given.
    private static string? Given(CommandInput input, CommandOption option, string variable) =>
        input.Text(option.Name) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : null);

    private static string SourceOf(CommandInput input, CommandOption option, string variable) =>
        input.Has(option.Name) ? option.Name : $"The environment variable {variable}";

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
