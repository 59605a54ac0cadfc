namespace Duramen.Log.Timestamps;

/// <summary>What the search for a timestamp in one batch came to.</summary>
public enum TimestampSearchResult
{
    /// <summary>Every record is earlier or below the first offset that counts.</summary>
    None,

    /// <summary>A record was found.</summary>
    Found,

    /// <summary>The records cannot be decoded.</summary>
    Undecodable,
}
