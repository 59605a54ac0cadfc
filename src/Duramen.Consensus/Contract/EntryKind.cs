namespace Duramen.Consensus.Contract;

/// <summary>What an entry holds. Every kind takes an index; only records take record offsets.</summary>
public enum EntryKind : byte
{
    /// <summary>Nothing: a new leader's first entry, or the filling of a gap.</summary>
    Nothing = 0,

    /// <summary>Records: bytes that mean something to whoever proposed them and nothing to the protocol.</summary>
    Records = 1,

    /// <summary>An encoded <see cref="Memberships.Membership"/>.</summary>
    Configuration = 2,
}
