namespace Duramen.Log;

/// <summary>
/// How much one read may return. Limits are met in whole batches: reading stops before the batch that would pass
/// <paramref name="MaxBytes"/> and after the batch that reaches <paramref name="MaxRecords"/>, but the first batch is always returned whole,
/// so that a reader makes progress whatever the limits are (KIP-74). A read may stop earlier between two batches, at the end of a file say;
/// only an empty slice means that there is no more.
/// </summary>
/// <param name="MaxBytes">Bytes of batches, headers included.</param>
/// <param name="MaxRecords">Records, counted from the first batch returned.</param>
public readonly record struct ReadLimits(int MaxBytes, int MaxRecords = int.MaxValue)
{
    /// <summary>One mebibyte, any number of records: large enough to stream at the speed of memory.</summary>
    public static ReadLimits Default => new(1 << 20);
}
