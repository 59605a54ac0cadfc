namespace Duramen.Consensus.Contract;

/// <summary>A message to send; good until the outbox that holds it is cleared.</summary>
public readonly ref struct OutgoingMessage
{
    internal OutgoingMessage(ReplicaId to, PersistId after, ReadOnlySpan<byte> bytes)
    {
        To = to;
        After = after;
        Bytes = bytes;
    }

    /// <summary>Whom it is for. It may be lost, late, twice or out of order.</summary>
    public ReplicaId To { get; }

    /// <summary>The write that must be synced before it leaves; <see cref="PersistId.None"/> when it may leave at once.</summary>
    public PersistId After { get; }

    /// <summary>All of it, checksum included.</summary>
    public ReadOnlySpan<byte> Bytes { get; }
}
