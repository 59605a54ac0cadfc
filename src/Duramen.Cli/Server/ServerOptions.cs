namespace Duramen.Cli.Server;

/// <summary>What the settings of a server come to: a node, and files that only the command line reads.</summary>
internal sealed record ServerOptions
{
    public required DuramenNodeOptions Node { get; init; }

    /// <summary>Where to send what is measured; nowhere by default.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>The PEM file with the certificate; null for no TLS.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The PEM file with its key; null when it is in the same file.</summary>
    public string? KeyPath { get; init; }
}
