using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.State.Machines;

/// <summary>One go of a machine: a command, a tick or the end. First it is decided, then its append ends, then its replies are given.</summary>
internal abstract class Turn<TMachine>
{
    /// <summary>What was decided; null when the host stopped before.</summary>
    public Decision? Decision { get; set; }

    /// <summary>Owns the bytes of the batch until the append ends; null when there is nothing to append.</summary>
    public RecordBatchBuilder? Batch { get; set; }

    /// <summary>The append of that batch; null when the machine could not apply it.</summary>
    public Task<AppendResult>? Append { get; set; }

    public abstract void Decide(TMachine machine, Decision decision);
}
