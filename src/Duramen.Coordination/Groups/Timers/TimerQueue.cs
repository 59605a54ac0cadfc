using System.Diagnostics.CodeAnalysis;

namespace Duramen.Coordination.Groups.Timers;

/// <summary>The armed timers, in the order of their deadlines, and of their arming where deadlines are equal.</summary>
internal sealed class TimerQueue
{
    private readonly SortedSet<GroupTimer> _armed = new(Comparer<GroupTimer>.Create(static (left, right) =>
    {
        int order = left.DeadlineMs.CompareTo(right.DeadlineMs);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }));

    private long _sequence;

    /// <summary>The number of armed timers.</summary>
    public int Count => _armed.Count;

    /// <summary>The earliest deadline; null when nothing is armed.</summary>
    public long? NextDeadlineMs => _armed.Min?.DeadlineMs;

    /// <summary>Arms a timer, or moves the deadline of one that is armed.</summary>
    public void Arm(GroupTimer timer, long deadlineMs)
    {
        Disarm(timer);
        timer.DeadlineMs = deadlineMs;
        timer.Sequence = _sequence++;
        timer.IsArmed = true;
        _armed.Add(timer);
    }

    /// <summary>Disarms a timer, if it is armed.</summary>
    public void Disarm(GroupTimer timer)
    {
        if (timer.IsArmed)
        {
            _armed.Remove(timer);
            timer.IsArmed = false;
        }
    }

    /// <summary>Takes out the next timer whose deadline has come.</summary>
    public bool TryTakeDue(long nowMs, [NotNullWhen(true)] out GroupTimer? timer)
    {
        timer = _armed.Min;
        if (timer is null || timer.DeadlineMs > nowMs)
        {
            timer = null;
            return false;
        }

        Disarm(timer);
        return true;
    }
}
