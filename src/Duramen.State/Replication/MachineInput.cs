namespace Duramen.State.Replication;

/// <summary>What a machine is given to execute.</summary>
public readonly ref struct MachineInput
{
    internal MachineInput(ReadOnlySpan<byte> bytes, long timestampMs)
    {
        Bytes = bytes;
        TimestampMs = timestampMs;
    }

    /// <summary>The input as it was submitted; good during the call.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>When it was submitted, in milliseconds since 1970: the only time a machine knows. It may go back from one input to the next.</summary>
    public long TimestampMs { get; }
}
