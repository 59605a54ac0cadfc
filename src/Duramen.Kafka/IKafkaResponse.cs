namespace Duramen.Kafka;

/// <summary>A response of a known class.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public interface IKafkaResponse<TSelf> : IKafkaMessage<TSelf>
    where TSelf : IKafkaResponse<TSelf>;
