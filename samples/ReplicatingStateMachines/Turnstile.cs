using System.Buffers.Binary;
using Duramen.State.Replication;

namespace ReplicatingStateMachines.Tests;

/// <summary>Counts who went through each gate, and says the count. The input is the gate's name.</summary>
public sealed class Turnstile : IStateMachine
{
    public string Name => "turnstile";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state)
    {
        long count = state.TryGet(input.Bytes, out ReadOnlySpan<byte> value) ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;
        byte[] next = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(next, count + 1);
        state.Put(input.Bytes, next);
        state.Reply(next);
    }
}
