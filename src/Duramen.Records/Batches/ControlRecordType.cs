using System.Diagnostics.CodeAnalysis;

namespace Duramen.Records.Batches;

/// <summary>What a control record says; the values are those of the record's key.</summary>
[SuppressMessage("Design", "CA1028", Justification = "The type is the field's type on disk.")]
public enum ControlRecordType : short
{
    /// <summary>The producer's transaction was aborted.</summary>
    Abort = 0,

    /// <summary>The producer's transaction was committed.</summary>
    Commit = 1,
}
