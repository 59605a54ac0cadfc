using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Memberships;

public sealed class EraNumberTests
{
    [Fact]
    public void Epochs_are_ordered_by_era_first()
    {
        var last = new Epoch(EraNumber.EpochsPerEra - 1);
        Epoch next = EraNumber.BegunIn(new Epoch(3));
        Assert.True(next > last);
        Assert.Equal((1, 3), (EraNumber.Of(next), EraNumber.Within(next)));
        Assert.Equal(new Epoch(3), EraNumber.MadeIn(next, era: 0));
        Assert.Equal(next, EraNumber.MadeIn(next, era: 1));
        Assert.Equal(("3", "1.3"), (EraNumber.ToText(new Epoch(3)), EraNumber.ToText(next)));
    }

    [Theory]
    [InlineData(3, (2 * EraNumber.EpochsPerEra) - 1)]
    [InlineData(EraNumber.EpochsPerEra, (3 * EraNumber.EpochsPerEra) - 1)]
    [InlineData(long.MaxValue, (long.MaxValue / EraNumber.EpochsPerEra * EraNumber.EpochsPerEra) - 1)]
    [InlineData(long.MinValue, (((long.MinValue / EraNumber.EpochsPerEra) + 2) * EraNumber.EpochsPerEra) - 1)]
    public void The_last_epoch_of_the_next_era_is_known_for_every_number(long epoch, long last) => Assert.Equal(new Epoch(last), EraNumber.LastOfNext(new Epoch(epoch)));
}
