using System.Globalization;
using Xunit;

namespace Duramen.Kafka.Tests;

/// <summary>The errors of the protocol and what is known about them.</summary>
public sealed class KafkaErrorsTests
{
    [Fact]
    public void Every_error_has_its_own_name_and_says_something()
    {
        KafkaError[] errors = Enum.GetValues<KafkaError>();
        Assert.Equal(Enumerable.Range(-1, errors.Length), errors.Select(error => (int)error).Order());
        Assert.Equal(errors.Length, errors.Select(error => error.WireName).Distinct(StringComparer.Ordinal).Count());
        Assert.All(errors, error => Assert.Equal(
            error.ToString(), error.WireName.Replace("_EXCEPTION", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
        Assert.All(errors, error => Assert.EndsWith(".", error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(KafkaError.UnknownServerError, -1, "UNKNOWN_SERVER_ERROR", false)]
    [InlineData(KafkaError.None, 0, "NONE", false)]
    [InlineData(KafkaError.CorruptMessage, 2, "CORRUPT_MESSAGE", true)]
    [InlineData(KafkaError.UnknownTopicOrPartition, 3, "UNKNOWN_TOPIC_OR_PARTITION", true)]
    [InlineData(KafkaError.NotLeaderOrFollower, 6, "NOT_LEADER_OR_FOLLOWER", true)]
    [InlineData(KafkaError.InvalidTopic, 17, "INVALID_TOPIC_EXCEPTION", false)]
    [InlineData(KafkaError.RebalanceInProgress, 27, "REBALANCE_IN_PROGRESS", false)]
    [InlineData(KafkaError.UnsupportedVersion, 35, "UNSUPPORTED_VERSION", false)]
    [InlineData(KafkaError.OutOfOrderSequenceNumber, 45, "OUT_OF_ORDER_SEQUENCE_NUMBER", false)]
    [InlineData(KafkaError.FencedLeaderEpoch, 74, "FENCED_LEADER_EPOCH", true)]
    [InlineData(KafkaError.MemberIdRequired, 79, "MEMBER_ID_REQUIRED", false)]
    [InlineData(KafkaError.UnknownTopicId, 100, "UNKNOWN_TOPIC_ID", true)]
    [InlineData(KafkaError.ShareSessionLimitReached, 133, "SHARE_SESSION_LIMIT_REACHED", true)]
    public void An_error_has_the_number_and_name_that_clients_know(KafkaError error, short number, string name, bool isRetriable) =>
        Assert.Equal((number, name, isRetriable), ((short)error, error.WireName, error.IsRetriable));

    [Theory]
    [InlineData(-2)]
    [InlineData(134)]
    [InlineData(short.MinValue)]
    [InlineData(short.MaxValue)]
    public void An_error_from_a_newer_server_goes_by_its_number(short number)
    {
        var error = (KafkaError)number;
        Assert.Equal((number.ToString(CultureInfo.InvariantCulture), false), (error.WireName, error.IsRetriable));
        Assert.NotEmpty(error.Message);
    }
}
