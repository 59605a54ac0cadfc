namespace Duramen.Records.Batches;

/// <summary>Decides which records survive a rewrite. Implemented by structs, so that the call costs nothing.</summary>
public interface IRecordFilter
{
    /// <summary>Whether the record stays.</summary>
    bool Keeps(scoped RecordView record);
}
