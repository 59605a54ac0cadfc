namespace Duramen.Storage.Verification;

/// <summary>What to verify, and who is told.</summary>
public sealed record VerificationOptions
{
    /// <summary>The log to verify; every log when null. The files that all logs share are always verified.</summary>
    public string? Log { get; init; }

    /// <summary>Told of every defect as it is found.</summary>
    public required Action<Defect> Report { get; init; }

    /// <summary>Told what recovery did when the folder was opened; nothing by default.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Told now and then how many bytes were read; nothing by default.</summary>
    public Action<long>? Progress { get; init; }
}
