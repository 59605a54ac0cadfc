using Duramen.Coordination.Groups.Timers;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

public sealed class TimerQueueTests
{
    private readonly TimerQueue _timers = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_go_off_by_deadline_and_then_in_the_order_of_their_arming()
    {
        GroupTimer late = Named("late");
        GroupTimer second = Named("second");
        GroupTimer first = Named("first");
        _timers.Arm(second, 20);
        _timers.Arm(late, 30);
        _timers.Arm(first, 20);
        _timers.Arm(second, 20);

        Assert.Equal(20, _timers.NextDeadlineMs);
        Fire(20);
        Assert.Equal(["first", "second"], _fired);
        Assert.Equal(30, _timers.NextDeadlineMs);
    }

    [Fact]
    public void A_timer_that_is_armed_again_has_only_its_new_deadline()
    {
        GroupTimer timer = Named("a");
        _timers.Arm(timer, 10);
        _timers.Arm(timer, 20);
        Assert.Equal(1, _timers.Count);
        Fire(19);
        Assert.Empty(_fired);
        Fire(20);
        Assert.Equal(["a"], _fired);
    }

    [Fact]
    public void A_disarmed_timer_does_not_go_off_and_may_be_disarmed_again()
    {
        GroupTimer timer = Named("a");
        _timers.Arm(timer, 10);
        _timers.Disarm(timer);
        _timers.Disarm(timer);
        Fire(10);
        Assert.Empty(_fired);
        Assert.Null(_timers.NextDeadlineMs);
    }

    private GroupTimer Named(string name) => new(_ => _fired.Add(name));

    private void Fire(long nowMs)
    {
        while (_timers.TryTakeDue(nowMs, out GroupTimer? timer))
        {
            Assert.False(timer.IsArmed);
            timer.Fire(new Decision(nowMs));
        }
    }
}
