using Duramen.Records.Batches;

namespace Duramen.Records.Compression;

/// <summary>How much the records of one batch may decompress to.</summary>
public sealed record DecompressionLimits
{
    /// <summary>The limits of <see cref="RecordLimits"/> for a batch that nobody has looked at yet.</summary>
    public static DecompressionLimits Default { get; } = new();

    /// <summary>The limits for a batch that a log has accepted: whatever that allowed it, one batch may take.</summary>
    public static DecompressionLimits ForStoredBatches { get; } = new() { MinBudgetBytes = RecordLimits.MaxDecompressedSizeBytes };

    /// <summary>The most in any case, in bytes.</summary>
    public int MaxSizeBytes { get; init; } = RecordLimits.MaxDecompressedSizeBytes;

    /// <summary>The most as a multiple of the compressed size.</summary>
    public int MaxExpansionFactor { get; init; } = RecordLimits.MaxExpansionFactor;

    /// <summary>What is allowed however small the compressed size is, in bytes.</summary>
    public int MinBudgetBytes { get; init; } = RecordLimits.MinDecompressionBudgetBytes;

    /// <summary>The most that so many compressed bytes may become, in bytes.</summary>
    public int BudgetFor(int compressedSizeBytes) =>
        (int)Math.Min(MaxSizeBytes, Math.Max(MinBudgetBytes, (long)compressedSizeBytes * MaxExpansionFactor));
}
