using Duramen.Records.Batches;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Replays;

/// <summary>A state machine whose inputs are the values of the records.</summary>
internal sealed class ReplayedMachine(IStateMachine machine) : IReplayed
{
    public string Name => machine.Name;

    public (StateChange[] Changes, byte[] Reply) Apply(RecordView record, IStoreSnapshot state)
    {
        var execution = new MachineState(state);
        machine.Execute(new MachineInput(record.Value.Span, record.TimestampMs), execution);
        return execution.TakeBack();
    }
}
