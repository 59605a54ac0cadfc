namespace Duramen.State.Store;

/// <summary>Which way a scan goes through keys.</summary>
public enum ScanOrder
{
    /// <summary>From the first key to the last, in the order of their bytes.</summary>
    Ascending,

    /// <summary>From the last key to the first.</summary>
    Descending,
}
