namespace Duramen.Log.Memory;

/// <summary>An append that waits for its turn; the task ends with what became of it.</summary>
internal sealed class HeldAppend(Memory<byte> batches, AppendOptions options)
    : TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Memory<byte> Batches => batches;

    public AppendOptions Options => options;

    public void End(LogException? refusal, AppendOutcome outcome)
    {
        if (refusal is null)
        {
            SetResult(outcome);
        }
        else
        {
            SetException(refusal);
        }
    }
}
