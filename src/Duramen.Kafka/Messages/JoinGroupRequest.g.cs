// Generated from Schema/JoinGroup.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that joins a group, or joins it again for its next generation.</summary>
public sealed class JoinGroupRequest : IKafkaRequest<JoinGroupRequest, JoinGroupResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.JoinGroup;

    /// <summary>The id of the group.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>Without a heartbeat for this long the member is gone, in milliseconds.</summary>
    public int SessionTimeoutMs { get; set; }

    /// <summary>How long a rebalance waits for the member, in milliseconds; -1 as long as its session.</summary>
    public int RebalanceTimeoutMs { get; set; } = -1;

    /// <summary>The id that the coordinator gave the member; empty the first time.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
    public string? GroupInstanceId { get; set; }

    /// <summary>The kind of the group, such as `consumer`.</summary>
    public string ProtocolType { get; set; } = "";

    /// <summary>The protocols that the member supports, preferred ones first.</summary>
    public List<Protocol> Protocols { get; set; } = [];

    /// <summary>Why the member joins, for a person.</summary>
    public string? Reason { get; set; }

    /// <inheritdoc/>
    public static JoinGroupRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("JoinGroupRequest", version, min: 0, max: 9, flexible: 6);
        var message = new JoinGroupRequest();
        message.GroupId = reader.ReadString("GroupId");
        message.SessionTimeoutMs = reader.ReadInt32("SessionTimeoutMs");
        if (version >= 1)
        {
            message.RebalanceTimeoutMs = reader.ReadInt32("RebalanceTimeoutMs");
        }

        message.MemberId = reader.ReadString("MemberId");
        if (version >= 5)
        {
            message.GroupInstanceId = reader.ReadNullableString("GroupInstanceId");
        }

        message.ProtocolType = reader.ReadString("ProtocolType");
        int protocolsCount = reader.ReadCount("Protocols", minElementSizeBytes: 3);
        message.Protocols.EnsureCapacity(protocolsCount);
        for (int i = 0; i < protocolsCount; i++)
        {
            message.Protocols.Add(Protocol.Read(ref reader, version));
        }

        if (version >= 8)
        {
            message.Reason = reader.ReadNullableString("Reason");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("JoinGroupRequest", version, min: 0, max: 9, flexible: 6);
        writer.WriteString(GroupId, "GroupId");
        writer.WriteInt32(SessionTimeoutMs);
        if (version >= 1)
        {
            writer.WriteInt32(RebalanceTimeoutMs);
        }

        writer.WriteString(MemberId, "MemberId");
        if (version >= 5)
        {
            writer.WriteNullableString(GroupInstanceId, "GroupInstanceId");
        }
        else
        {
            writer.Omit("GroupInstanceId", isSet: GroupInstanceId is not null);
        }

        writer.WriteString(ProtocolType, "ProtocolType");
        writer.WriteCount(Protocols, "Protocols");
        foreach (Protocol element in Protocols)
        {
            element.Write(writer, version);
        }

        if (version >= 8)
        {
            writer.WriteNullableString(Reason, "Reason");
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Protocols</c>.</summary>
    public sealed class Protocol
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>What the member tells the leader; not looked into.</summary>
        public ReadOnlyMemory<byte> Metadata { get; set; }

        internal static Protocol Read(ref KafkaReader reader, short version)
        {
            var structure = new Protocol();
            structure.Name = reader.ReadString("Protocols[].Name");
            structure.Metadata = reader.ReadBytes("Protocols[].Metadata");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "Protocols[].Name");
            writer.WriteBytes(Metadata, "Protocols[].Metadata");
            writer.WriteNoTags();
        }
    }
}
