namespace Duramen.Consensus.Contract;

/// <summary>An entry in somebody's buffer; whoever hands it out says how long it is good.</summary>
public readonly ref struct EntryView
{
    /// <summary>Joins a header and its payload.</summary>
    public EntryView(EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Header = header;
        Payload = payload;
    }

    /// <summary>Index, epoch, kind and record count.</summary>
    public EntryHeader Header { get; }

    /// <summary>What the entry holds.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
