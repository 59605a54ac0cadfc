namespace Duramen.Log.Batches;

/// <summary>What the shallow check of a batch can find wrong.</summary>
public enum RunDefectKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no batch at all.</summary>
    Empty,

    /// <summary>Fewer bytes are left than a batch header has.</summary>
    Cut,

    /// <summary>The batch-length field is smaller than a header or reaches beyond the bytes.</summary>
    Length,

    /// <summary>The layout version is not the one that is stored.</summary>
    Magic,

    /// <summary>The checksum is not that of the bytes.</summary>
    Checksum,

    /// <summary>The batch says that it holds no record, or a negative number of them.</summary>
    RecordCount,

    /// <summary>The last offset delta is not the record count less one.</summary>
    LastOffsetDelta,
}
