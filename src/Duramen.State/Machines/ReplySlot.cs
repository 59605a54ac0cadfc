using System.Diagnostics.CodeAnalysis;
using Duramen.Core.Errors;

namespace Duramen.State.Machines;

/// <summary>The place for the reply to one call. To a machine it stands for the caller.</summary>
public abstract class ReplySlot
{
    private protected ReplySlot()
    {
    }

    /// <summary>Whether a decision has answered the call; the caller may not know yet.</summary>
    public bool IsDecided { get; private protected set; }

    /// <summary>The place among the host's unanswered calls.</summary>
    internal LinkedListNode<ReplySlot>? Place { get; set; }

    /// <summary>Gives the caller the reply that was decided.</summary>
    internal abstract void Publish();

    /// <summary>Gives the caller an error instead; does nothing when there was an answer already.</summary>
    internal abstract void Fail(StateException failure);
}

/// <summary>The place for one reply of a type.</summary>
public sealed class ReplySlot<TReply> : ReplySlot
{
    // The caller goes on elsewhere: nothing of its own runs in the host.
    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TReply? _reply;

    /// <summary>What the caller waits for.</summary>
    internal Task<TReply> Answer => _answer.Task;

    /// <summary>The reply that was decided, if one was.</summary>
    public bool TryGetReply([MaybeNullWhen(false)] out TReply reply)
    {
        reply = _reply!;
        return IsDecided;
    }

    internal void Decide(TReply reply)
    {
        Invariant.Holds(!IsDecided);
        _reply = reply;
        IsDecided = true;
    }

    internal override void Publish() => _answer.TrySetResult(_reply!);

    internal override void Fail(StateException failure) => _answer.TrySetException(failure);
}
