namespace Duramen.Records.Batches;

/// <summary>
/// That somebody computed the checksum of a batch and found it right: what <see cref="RecordBatchValidator"/> hands out, and nobody else can make, so that a
/// checksum is computed once on the way from a socket to a log. It is of the bytes that were looked at, for as long as nobody changes them.
/// </summary>
public readonly record struct VerifiedBatch
{
    private readonly int _sizeBytes;
    private readonly uint _checksum;

    private VerifiedBatch(int sizeBytes, uint checksum)
    {
        _sizeBytes = sizeBytes;
        _checksum = checksum;
    }

    /// <summary>Whether it is of this batch: one of another size or with another checksum in its header is another one.</summary>
    public bool IsOf(in RecordBatchView batch) => _sizeBytes > 0 && batch.SizeBytes == _sizeBytes && batch.Checksum == _checksum;

    internal static VerifiedBatch Of(in RecordBatchView batch) => new(batch.SizeBytes, batch.Checksum);
}
