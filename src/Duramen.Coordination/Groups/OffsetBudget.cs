namespace Duramen.Coordination.Groups;

/// <summary>How many more records of offsets one decision may append, so that it stays within one batch.</summary>
internal struct OffsetBudget
{
    private int _records;
    private long _sizeBytes;

    /// <summary>Counts a record; says no when it is one too many.</summary>
    public bool TryTake(byte[] key, byte[]? value = null)
    {
        _records++;
        _sizeBytes += key.Length + (value?.Length ?? 0);
        return _records <= GroupLimits.MaxOffsetRecords && _sizeBytes <= GroupLimits.MaxOffsetRecordsSizeBytes;
    }
}
